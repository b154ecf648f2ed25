#include "report/privacy.h"

#include "data/columns.h"

#include <ctype.h>
#include <string.h>

enum { WORDS_MOST = 16, WORD_BYTES = 24 };

struct words {
  char word[WORDS_MOST][WORD_BYTES]; /* in lower case */
  size_t count;
};

static bool is_word_byte(char byte) {
  return isalnum((unsigned char)byte) || (byte & 0x80);
}

/* Whether a word begins at a place within others: fooBar, IPAddress. */
static bool begins_word(struct cs_slice name, size_t at) {
  const unsigned char *text = (const unsigned char *)name.data;
  if (at == 0 || !is_word_byte(name.data[at - 1])) return true;
  if (!isupper(text[at])) return false;
  return islower(text[at - 1]) || (at + 1 < name.len && islower(text[at + 1]) && isupper(text[at - 1]));
}

static void split(struct cs_slice name, struct words *words) {
  size_t len = 0;
  words->count = 0;
  for (size_t i = 0; i < name.len; i++) {
    if (!is_word_byte(name.data[i])) continue;
    if (begins_word(name, i)) {
      if (words->count == WORDS_MOST) return;
      words->count++;
      len = 0;
    }
    if (len + 1 == WORD_BYTES) continue;
    char *word = words->word[words->count - 1];
    word[len++] = (char)tolower((unsigned char)name.data[i]);
    word[len] = '\0';
  }
}

static bool is_among(const char *word, const char *const *list) {
  for (; *list; list++)
    if (strcmp(word, *list) == 0) return true;
  return false;
}

/* Always personal. */
static const char *const personal[] = {
    "email",     "emails",   "mail",      "courriel",     "correo",     "phone",     "telephone",
    "tel",       "telefon",  "telefono",  "mobile",       "movil",      "handy",     "fax",
    "birthdate", "birthday", "dob",       "geburtsdatum", "geburtstag", "naissance", "nacimiento",
    "address",   "adresse",  "direccion", "street",       "strasse",    "postcode",  "postcodes",
    "zip",       "zipcode",  "plz",       "ip",           "ipaddress",  "firstname", "lastname",
    "surname",   "forename", "fullname",  "vorname",      "nachname",   "prenom",    "apellido",
    "apellidos", "nombre",   "iban",      "ssn",          "passport",   NULL};

/* Two words that are personal together. */
static const char *const together[][2] = {{"birth", "date"}, {"date", "birth"},   {"birth", "day"},
                                          {"e", "mail"},     {"postal", "code"},  {"code", "postal"},
                                          {"post", "code"},  {"codigo", "postal"}};

/* A name, unless it is that of a thing. */
static const char *const names[] = {"name", "nom", NULL};
static const char *const things[] = {
    "product", "category", "segment", "cluster", "store", "shop",   "brand",   "campaign", "channel",
    "item",    "file",     "event",   "plan",    "tier",  "city",   "country", "region",   "produkt",
    "produit", "producto", "type",    "file",    "table", "column", "tag",     "group",    NULL};

static bool has(const struct words *words, const char *const *list) {
  for (size_t i = 0; i < words->count; i++)
    if (is_among(words->word[i], list)) return true;
  return false;
}

bool cs_is_personal(struct cs_slice name) {
  struct words words;
  if (cs_role_is_id(name)) return true;
  if (cs_role_is_cluster(name) || cs_role_is_truth(name)) return false;
  split(name, &words);
  if (has(&words, personal) || (has(&words, names) && !has(&words, things))) return true;
  for (size_t i = 0; i + 1 < words.count; i++)
    for (size_t t = 0; t < sizeof together / sizeof *together; t++)
      if (strcmp(words.word[i], together[t][0]) == 0 && strcmp(words.word[i + 1], together[t][1]) == 0)
        return true;
  return strcmp(words.count ? words.word[0] : "", "date") == 0 && words.count == 3 &&
         strcmp(words.word[2], "birth") == 0; /* date of birth */
}
