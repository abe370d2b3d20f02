-- The outbox of jumun. PostgreSQL 10 or newer. Run this as the owner of the shop's database.
-- No column but created_at needs a value: a row that is no order must not fail the shop's own transaction.

create table jumun_outbox (
  id         bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  mart_id    text,
  order_id   text,
  order_key  text,        -- your own name for this one order; without it each row is an order of its own
  cancelled  boolean not null default false,
  summary    text,
  amount     text,
  placed_at  timestamptz
);

-- Rows that are no order, and why. Nothing reads them but you.
create table jumun_outbox_bad (
  bad_id     bigint generated always as identity primary key,
  refused_at timestamptz not null default now(),
  reason     text not null,
  id         bigint,
  created_at timestamptz,
  mart_id    text,
  order_id   text,
  order_key  text,
  cancelled  boolean,
  summary    text,
  amount     text,
  placed_at  timestamptz
);

-- Tells the relay of a commit at once. Without it the relay looks every second.
create function jumun_outbox_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('jumun_outbox', '');
  return null;
end $$;

create trigger jumun_outbox_notify after insert on jumun_outbox
  for each statement execute procedure jumun_outbox_notify();

-- Rights: "shop" is the user of your order service, "relay" that of the relay.
-- grant insert on jumun_outbox to shop;
-- grant select, update, delete on jumun_outbox to relay;
-- grant insert on jumun_outbox_bad to relay;
