/** What a worker sees for itself when a site that accepted does not call back. */
package dev.cachehandshake.worker.probe;
