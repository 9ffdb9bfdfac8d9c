/** Who receives the objects of any NORM sender: no manifest, no verdict, files that are complete and unverified. */
package dev.mimeo.protocol.object;
