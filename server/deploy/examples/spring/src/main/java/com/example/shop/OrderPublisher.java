package com.example.shop;

import java.util.Map;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

@Component
public class OrderPublisher {
    // A StringRedisTemplate, not a RedisTemplate: that one writes Java's serialization, also of the stream's name.
    private final StringRedisTemplate redis;

    public OrderPublisher(StringRedisTemplate redis) {
        this.redis = redis;
    }

    /** Call it after the transaction has committed: @TransactionalEventListener(phase = AFTER_COMMIT). */
    public void paid(String mart, String order, String summary, long amount) {
        // The key is of this one order, for ever: whatever sends it twice, it rings once.
        redis.opsForStream().add("jumun:orders", Map.of(
            "martId", mart, "orderId", order, "key", "shop/" + mart + "/" + order,
            "summary", summary, "amount", Long.toString(amount)));
    }
}
