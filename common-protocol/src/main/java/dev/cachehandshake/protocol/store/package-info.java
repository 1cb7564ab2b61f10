/** The referee's seam: what can be asked of it, and what it answers; each transition guarded on state and lease. */
package dev.cachehandshake.protocol.store;
