/** What holds a site: the words of deploys, and pauses by hand, are understood and told to the referee. */
package dev.cachehandshake.publisher.hold;
