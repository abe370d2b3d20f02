package com.example.shop;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Publishes one order: see pom.xml. */
@SpringBootApplication
public class Shop {
    public static void main(String[] args) {
        SpringApplication.run(Shop.class, args).close();
    }

    @Bean
    CommandLineRunner once(OrderPublisher publisher) {
        return args -> {
            publisher.paid(args[0], args[1], "라떼 2", 9000);
            System.out.println("published " + args[1]);
        };
    }
}
