/** The referee in Redis: key names, one Lua script a transition, and the store that calls them through Lettuce. */
package dev.cachehandshake.protocol.redis;
