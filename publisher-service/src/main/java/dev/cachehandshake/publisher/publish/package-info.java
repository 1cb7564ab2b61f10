/** From an event's JSON to an accepted handshake, and from a handshake to its end. */
package dev.cachehandshake.publisher.publish;
