/** What is broken, when, and with what. */
package dev.cachehandshake.faultcampaign.faults;
