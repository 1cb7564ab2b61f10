/** The publisher: everything that CMSs, editors and operators call. */
package dev.cachehandshake.publisher;
