/* address.h - the address of a server as people write it, taken apart: what may be shown and recorded, and what may not.
 *
 * http://user:password@host:5000/path/ becomes the base http://host:5000/path and, by themselves, user and password.
 * Whatever is asked of a server is a path behind its base; texts go into it percent-encoded (RFC 3986).
 *
 * Life cycle  CS_ADDRESS_INIT, parse once, release in any case.
 */
#ifndef CS_TRACK_ADDRESS_H
#define CS_TRACK_ADDRESS_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>

struct cs_address {
  struct cs_str base;           /* without user, query, fragment and slashes at the end */
  struct cs_str user, password; /* decoded; "" where there is none */
};

#define CS_ADDRESS_INIT                                                                                      \
  { CS_STR_INIT, CS_STR_INIT, CS_STR_INIT }

/* CS_USAGE when it isn't one of http or https; what the text holds is never part of the message. */
CS_MUST_CHECK enum cs_status cs_address_parse(struct cs_address *address, const char *text,
                                              struct cs_error *err);
void cs_address_release(struct cs_address *address);

/* Whether the text has something before an @ in the part that names the server. */
bool cs_address_has_user(const char *text);

/* Appends text with everything encoded but letters, digits, "-._~" and the bytes of `keep`. */
void cs_address_add_encoded(struct cs_str *out, const char *text, const char *keep);

#endif
