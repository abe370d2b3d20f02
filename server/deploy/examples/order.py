"""Publishes one order: REDIS_URL=redis://shop:PASSWORD@redis:6379 python3 order.py 42 1001   (pip install redis)"""
import os
import sys

import redis

# A timeout, or a Redis that hangs would hold up the shop's own work; the order is tried again, and rings once.
r = redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=3, retry_on_timeout=True)
mart, order = sys.argv[1:3]
# The key is of this one order, for ever: whatever sends it twice, it rings once.
r.xadd("jumun:orders", {"martId": mart, "orderId": order, "key": f"shop/{mart}/{order}", "summary": "라떼 2", "amount": 9000})
print("published", order)
