-- The outbox of jumun. MySQL 8.0.1, MariaDB 10.6 or newer. Run this in the shop's database.
-- No column but created_at needs a value: a row that is no order must not fail the shop's own transaction.

create table jumun_outbox (
  id         bigint auto_increment primary key,
  created_at timestamp(6) not null default current_timestamp(6),
  mart_id    text null,
  order_id   text null,
  order_key  text null,   -- your own name for this one order; without it each row is an order of its own
  cancelled  boolean not null default false,
  summary    text null,
  amount     text null,
  placed_at  timestamp(6) null default null
) engine = InnoDB default charset = utf8mb4;

-- Rows that are no order, and why. Nothing reads them but you.
create table jumun_outbox_bad (
  bad_id     bigint auto_increment primary key,
  refused_at timestamp(6) not null default current_timestamp(6),
  reason     text not null,
  id         bigint null,
  created_at timestamp(6) null default null,
  mart_id    text null,
  order_id   text null,
  order_key  text null,
  cancelled  boolean null,
  summary    text null,
  amount     text null,
  placed_at  timestamp(6) null default null
) engine = InnoDB default charset = utf8mb4;

-- Rights: "shop" is the user of your order service, "relay" that of the relay, in the database "shop".
-- grant insert on shop.jumun_outbox to shop;
-- grant select, delete on shop.jumun_outbox to relay;
-- grant insert on shop.jumun_outbox_bad to relay;
