/** A real Redis server as a child process of this JVM, which can be killed, restarted and never outlives it. */
package dev.cachehandshake.localredis;
