/* libraries.h - the versions of what this room is built on, each told by the file that includes it. */
#ifndef CS_DATA_LIBRARIES_H
#define CS_DATA_LIBRARIES_H

const char *cs_csv_library(void);
const char *cs_yaml_library(void);
const char *cs_document_library(void); /* cJSON */
const char *cs_checksum_library(void); /* nettle */

#endif
