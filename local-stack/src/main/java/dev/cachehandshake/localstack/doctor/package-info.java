/** Looks at the Redis of a live system and says what is not as it should be. Reads only. */
package dev.cachehandshake.localstack.doctor;
