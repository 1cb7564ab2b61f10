/** Run after run, until a promise is broken or all are done. */
package dev.cachehandshake.faultcampaign.campaign;
