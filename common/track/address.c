#include "track/address.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

void cs_address_release(struct cs_address *address) {
  cs_str_release(&address->base);
  cs_str_release(&address->user);
  cs_str_release(&address->password);
}

/* The part that names the server: behind "://" up to the next slash, question mark or number sign. */
static struct cs_slice authority(const char *text) {
  const char *begin = strstr(text, "://");
  begin = begin ? begin + 3 : text;
  return (struct cs_slice){begin, strcspn(begin, "/?#")};
}

/* The last @ of it, as a password may hold others. */
static const char *user_end(struct cs_slice server) {
  for (size_t i = server.len; i-- > 0;)
    if (server.data[i] == '@') return server.data + i;
  return NULL;
}

bool cs_address_has_user(const char *text) {
  return user_end(authority(text)) != NULL;
}

static int hex(char byte) {
  static const char digits[] = "0123456789abcdef";
  const char *found = byte ? strchr(digits, byte | 0x20) : NULL;
  return found && (byte | 0x20) == *found ? (int)(found - digits) : -1;
}

/* A percent sign that begins no code stands for itself. A NUL would end the text early, and stays a code. */
static void add_decoded(struct cs_str *out, struct cs_slice text) {
  for (size_t i = 0; i < text.len; i++) {
    int high = text.data[i] == '%' && i + 2 < text.len ? hex(text.data[i + 1]) : -1;
    int low = high >= 0 ? hex(text.data[i + 2]) : -1;
    bool code = low >= 0 && high * 16 + low > 0;
    cs_str_add_byte(out, code ? (char)(high * 16 + low) : text.data[i]);
    if (code) i += 2;
  }
}

static void take_user(struct cs_address *address, struct cs_slice user) {
  const char *colon = memchr(user.data, ':', user.len);
  size_t len = colon ? (size_t)(colon - user.data) : user.len;
  add_decoded(&address->user, (struct cs_slice){user.data, len});
  if (colon) add_decoded(&address->password, (struct cs_slice){colon + 1, user.len - len - 1});
}

/* Bytes that no address has: it would end, or begin another line of a request, there. */
static bool is_clean(const char *text) {
  for (; *text; text++)
    if ((unsigned char)*text <= ' ' || *text == 0x7f || *text == '\\') return false;
  return true;
}

enum cs_status cs_address_parse(struct cs_address *address, const char *text, struct cs_error *err) {
  size_t scheme = strncasecmp(text, "http://", 7) == 0 ? 7 : strncasecmp(text, "https://", 8) == 0 ? 8 : 0;
  if (!scheme || !is_clean(text))
    return cs_fail(err, CS_USAGE,
                   "the server's address must begin with http:// or https:// and hold no blanks");
  struct cs_slice server = authority(text);
  const char *at = user_end(server);
  if (at) take_user(address, (struct cs_slice){server.data, (size_t)(at - server.data)});
  const char *host = at ? at + 1 : server.data, *end = server.data + server.len;
  if (host == end || *host == ':') return cs_fail(err, CS_USAGE, "the server's address names no host");
  end += strcspn(end, "?#");
  while (end > host && end[-1] == '/') end--;
  cs_str_add_text(&address->base, scheme == 8 ? "https://" : "http://");
  cs_str_add(&address->base, host, (size_t)(end - host));
  CS_TRY(cs_str_check(&address->user, "an address", err));
  CS_TRY(cs_str_check(&address->password, "an address", err));
  return cs_str_check(&address->base, "an address", err);
}

void cs_address_add_encoded(struct cs_str *out, const char *text, const char *keep) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (; *text; text++) {
    if (strchr(plain, *text) || strchr(keep, *text))
      cs_str_add_byte(out, *text);
    else
      cs_str_add_format(out, "%%%02X", (unsigned)(unsigned char)*text);
  }
}
