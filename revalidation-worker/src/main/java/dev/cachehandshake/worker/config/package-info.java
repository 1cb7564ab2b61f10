/** Settings, each validated on its own and against the others, and the wiring. */
package dev.cachehandshake.worker.config;
