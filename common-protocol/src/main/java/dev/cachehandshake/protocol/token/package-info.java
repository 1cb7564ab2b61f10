/** The signed tokens in both directions: who calls, for what, and over which bytes. */
package dev.cachehandshake.protocol.token;
