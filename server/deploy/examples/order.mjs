// Publishes one order: REDIS_URL=redis://shop:PASSWORD@redis:6379 node order.mjs 42 1001      (npm install ioredis)
import Redis from 'ioredis'

const redis = new Redis(process.env.REDIS_URL, {
  enableReadyCheck: false, // it asks INFO, which the order service's user may not
  commandTimeout: 3000,
  maxRetriesPerRequest: 3, // each is tried again, and rings once
})
redis.on('error', (err) => console.error('redis:', err.message))
const [mart, order] = process.argv.slice(2)
// The key is of this one order, for ever: whatever sends it twice, it rings once.
await redis.xadd('jumun:orders', '*', 'martId', mart, 'orderId', order, 'key', `shop/${mart}/${order}`, 'summary', '라떼 2', 'amount', 9000)
console.log('published', order)
await redis.quit()
