/** Redis, both services and a target in one command; each a process of its own, as in production. */
package dev.cachehandshake.localstack;
