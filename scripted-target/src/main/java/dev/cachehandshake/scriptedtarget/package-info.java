/** A site that answers and calls back as it is told to: right, wrong, late, twice or never. */
package dev.cachehandshake.scriptedtarget;
