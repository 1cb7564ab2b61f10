/** What was seen of a run from outside. Knows nothing of how the services work. */
package dev.cachehandshake.faultcampaign.history;
