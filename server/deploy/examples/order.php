<?php
// Publishes one order: REDIS_URL=redis://shop:PASSWORD@redis:6379 php order.php 42 1001       (apt install php-redis)
[$mart, $order] = array_slice($argv, 1);
$url = parse_url(getenv('REDIS_URL'));
$redis = new Redis();
$redis->connect($url['host'], $url['port'] ?? 6379, 3);
$redis->setOption(Redis::OPT_READ_TIMEOUT, 3);
$redis->auth([$url['user'], $url['pass']]);
$redis->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_NONE); // else it serializes each value
$redis->setOption(Redis::OPT_PREFIX, '');                         // else it renames the stream
// The key is of this one order, for ever: whatever sends it twice, it rings once.
$redis->xAdd('jumun:orders', '*', ['martId' => $mart, 'orderId' => $order, 'key' => "shop/$mart/$order", 'summary' => '라떼 2', 'amount' => 9000]);
echo "published $order\n";
