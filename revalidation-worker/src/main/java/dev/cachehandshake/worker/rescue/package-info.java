/** Sweeps what was lost back into the lists. */
package dev.cachehandshake.worker.rescue;
