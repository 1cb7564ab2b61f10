/** The site: a cache of pages with moods. */
package dev.cachehandshake.faultcampaign.site;
