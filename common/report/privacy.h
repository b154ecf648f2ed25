/* privacy.h - which columns tell who somebody is, by their names: what a report that is passed on leaves out.
 *
 * Personal are the names of people, e-mail and IP addresses, telephone numbers, birth dates, addresses and postcodes, in English, German, French
 * and Spanish words, whatever stands between the words (first_name, firstName, "E-Mail"); and ids. Countries, regions, cities, ages
 * and genders aren't: groups of ten and more have them. Names of things (product_name, store_name) aren't.
 */
#ifndef CS_REPORT_PRIVACY_H
#define CS_REPORT_PRIVACY_H

#include "base/str.h"

#include <stdbool.h>

bool cs_is_personal(struct cs_slice name);

#endif
