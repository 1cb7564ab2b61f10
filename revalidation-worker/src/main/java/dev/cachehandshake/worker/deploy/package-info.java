/** Ends the windows in which deployments hold the site: what changed meanwhile is published once more, then the window is closed. */
package dev.cachehandshake.worker.deploy;
