package dev.cachehandshake.protocol.boot;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How sure the services are to be that what they accept survives Redis. Set it alike on both.
 *
 * @param durability default: {@link Durability#SERVER}
 */
@ConfigurationProperties("handshake")
public record DurabilitySettings(@DefaultValue("server") Durability durability) {}
