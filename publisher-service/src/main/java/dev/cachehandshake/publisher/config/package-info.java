/** Settings, checked once at the start, and how the web server is set up. */
package dev.cachehandshake.publisher.config;
