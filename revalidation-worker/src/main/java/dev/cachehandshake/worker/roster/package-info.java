/** Who a site's targets are at this moment. */
package dev.cachehandshake.worker.roster;
