/** What is published, by whom it is posted, and who keeps asking how it stands. */
package dev.cachehandshake.faultcampaign.load;
