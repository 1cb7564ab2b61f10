/** The domain of a handshake: identifiers, states, versions, paths and proofs; no Spring, no Redis, no JSON. */
package dev.cachehandshake.protocol;
