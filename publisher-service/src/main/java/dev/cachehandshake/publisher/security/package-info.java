/** Who may call: the API key, checked before anything of a request is read. */
package dev.cachehandshake.publisher.security;
