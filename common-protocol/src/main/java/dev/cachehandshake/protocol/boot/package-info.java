/** What both services share of Spring: the start, the referee's beans, settings, problem answers and common metrics. */
package dev.cachehandshake.protocol.boot;
