/** HTTP in and out: requests are read and bounded here, outcomes become answers. */
package dev.cachehandshake.publisher.api;
