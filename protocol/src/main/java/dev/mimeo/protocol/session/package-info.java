/** What senders and receivers of images tell each other beside NORM's own messages: announcements and reports. */
package dev.mimeo.protocol.session;
