#include "gen/names.h"

#include <string.h>

#define LIST   static const char *const
#define PLACES static const struct cs_gen_place

/* clang-format off */
LIST de_female[] = {"Anna", "Lena", "Sabine", "Ursula", "Katharina", "Jana", "Petra", "Julia", "Birgit", "Käthe",
                    "Hannah", "Monika", "Claudia", "Nele", "Stefanie", "Gisela", NULL};
LIST de_male[] = {"Thomas", "Lukas", "Jürgen", "Stefan", "Björn", "Matthias", "Felix", "Uwe", "Jörg", "Paul",
                  "Andreas", "Tobias", "Günther", "Leon", "Markus", "Holger", NULL};
LIST de_family[] = {"Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Bäcker", "Wagner", "Schäfer", "Koch",
                    "Richter", "Klein", "Wolf", "Schröder", "Neumann", "Braun", "Krüger", "Hofmann", "Lange", "Krause",
                    "Groß", "Vogel", "Jäger", "Böhm", "Sommer", NULL};
PLACES de_place[] = {{"Bayern", "München", 5}, {"Bayern", "Nürnberg", 2}, {"Bayern", "Würzburg", 1},
                     {"Berlin", "Berlin", 7}, {"Hamburg", "Hamburg", 4}, {"Hessen", "Frankfurt am Main", 3},
                     {"Hessen", "Kassel", 1}, {"Nordrhein-Westfalen", "Köln", 4},
                     {"Nordrhein-Westfalen", "Düsseldorf", 3}, {"Nordrhein-Westfalen", "Münster", 1},
                     {"Sachsen", "Leipzig", 2}, {"Sachsen", "Dresden", 2}, {NULL, NULL, 0}};

LIST fr_female[] = {"Camille", "Léa", "Chloé", "Manon", "Hélène", "Françoise", "Élodie", "Nathalie", "Sophie",
                    "Aurélie", "Juliette", "Inès", "Margaux", "Monique", "Céline", "Zoé", NULL};
LIST fr_male[] = {"Lucas", "Hugo", "François", "Jérôme", "Étienne", "Pierre", "Théo", "Nicolas", "Gaël", "Olivier",
                  "Rémi", "Philippe", "Antoine", "Mathieu", "Loïc", "Benoît", NULL};
LIST fr_family[] = {"Martin", "Bernard", "Dubois", "Lefèvre", "Moreau", "Laurent", "Girard", "Rousseau", "Fournier",
                    "Mercier", "Garnier", "Faure", "Chevalier", "Gauthier", "Perrin", "Lemaître", "Béranger", "Noël",
                    "Marchand", "Dufour", "Blanchard", "Collet", "Barbier", "Renard", NULL};
PLACES fr_place[] = {{"Île-de-France", "Paris", 7}, {"Île-de-France", "Versailles", 1},
                     {"Auvergne-Rhône-Alpes", "Lyon", 4}, {"Auvergne-Rhône-Alpes", "Grenoble", 2},
                     {"Auvergne-Rhône-Alpes", "Saint-Étienne", 1}, {"Bretagne", "Rennes", 2}, {"Bretagne", "Brest", 1},
                     {"Occitanie", "Toulouse", 3}, {"Occitanie", "Nîmes", 1}, {"Nouvelle-Aquitaine", "Bordeaux", 3},
                     {"Grand Est", "Strasbourg", 2}, {NULL, NULL, 0}};

LIST it_female[] = {"Giulia", "Sofia", "Chiara", "Francesca", "Martina", "Elena", "Paola", "Silvia", "Lucia",
                    "Valentina", "Federica", "Alessia", "Beatrice", "Ilaria", "Teresa", "Noemi", NULL};
LIST it_male[] = {"Marco", "Luca", "Niccolò", "Matteo", "Andrea", "Giuseppe", "Davide", "Alessandro", "Stefano",
                  "Antonio", "Simone", "Paolo", "Lorenzo", "Giovanni", "Fabio", "Riccardo", NULL};
LIST it_family[] = {"Rossi", "Russo", "Ferrari", "Esposito", "Bianchi", "Romano", "Colombo", "Ricci", "Marino",
                    "Greco", "Conti", "De Luca", "Costa", "Mancini", "Rizzo", "Lombardi", "Moretti", "Barbieri",
                    "Fontana", "Caruso", "D'Angelo", "Cantù", "Ferrara", "Villa", NULL};
PLACES it_place[] = {{"Lombardia", "Milano", 5}, {"Lombardia", "Bergamo", 1}, {"Lazio", "Roma", 5},
                     {"Lazio", "Viterbo", 1}, {"Piemonte", "Torino", 3}, {"Toscana", "Firenze", 2},
                     {"Toscana", "Pisa", 1}, {"Campania", "Napoli", 3}, {"Veneto", "Verona", 1},
                     {"Veneto", "Padova", 1}, {"Friuli-Venezia Giulia", "Trieste", 1}, {NULL, NULL, 0}};

LIST es_female[] = {"María", "Lucía", "Carmen", "Sofía", "Paula", "Inés", "Rocío", "Begoña", "Marta", "Nuria",
                    "Cristina", "Pilar", "Andrea", "Elena", "Irene", "Ángela", NULL};
LIST es_male[] = {"José", "Álvaro", "Javier", "Daniel", "Jesús", "Pablo", "Sergio", "Íñigo", "Manuel", "Adrián",
                  "Rubén", "Carlos", "Miguel", "Andrés", "Hugo", "Raúl", NULL};
LIST es_family[] = {"García", "Fernández", "López", "Martínez", "Sánchez", "Pérez", "Gómez", "Muñoz", "Ruiz",
                    "Díaz", "Álvarez", "Moreno", "Romero", "Navarro", "Torres", "Ramos", "Gil", "Ortega", "Castro",
                    "Núñez", "Iglesias", "Peña", "Vega", "Ibáñez", NULL};
PLACES es_place[] = {{"Comunidad de Madrid", "Madrid", 6}, {"Comunidad de Madrid", "Getafe", 1},
                     {"Cataluña", "Barcelona", 5}, {"Cataluña", "Girona", 1}, {"Andalucía", "Sevilla", 3},
                     {"Andalucía", "Málaga", 2}, {"Andalucía", "Cádiz", 1}, {"Comunitat Valenciana", "València", 2},
                     {"País Vasco", "Bilbao", 2}, {"Galicia", "A Coruña", 1}, {NULL, NULL, 0}};

LIST gb_female[] = {"Olivia", "Emily", "Charlotte", "Grace", "Sarah", "Margaret", "Chloë", "Jessica", "Rebecca",
                    "Hannah", "Megan", "Victoria", "Lucy", "Eleanor", "Fiona", "Zara", NULL};
LIST gb_male[] = {"Oliver", "George", "Harry", "James", "William", "Thomas", "David", "Callum", "Peter", "Alistair",
                  "Simon", "Rhys", "Edward", "Joseph", "Graham", "Liam", NULL};
LIST gb_family[] = {"Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Davies", "Evans", "Thomas", "Walker",
                    "Wright", "Robinson", "Hughes", "Edwards", "Green", "Hall", "O'Brien", "MacDonald", "Clarke",
                    "Patel", "Ward", "Turner", "Cooper", "Fitz-Gerald", NULL};
PLACES gb_place[] = {{"England", "London", 8}, {"England", "Manchester", 3}, {"England", "Birmingham", 3},
                     {"England", "Leeds", 2}, {"England", "Bristol", 2}, {"England", "Newcastle upon Tyne", 1},
                     {"Scotland", "Edinburgh", 2}, {"Scotland", "Glasgow", 2}, {"Wales", "Cardiff", 1},
                     {"Northern Ireland", "Belfast", 1}, {NULL, NULL, 0}};

LIST us_female[] = {"Emma", "Ava", "Jennifer", "Ashley", "Linda", "Elizabeth", "Maria", "Nicole", "Patricia", "Madison",
                    "Brittany", "Deborah", "Keisha", "Susan", "Renée", "Michelle", NULL};
LIST us_male[] = {"Michael", "Christopher", "Jose", "Jacob", "Robert", "Brandon", "Tyler", "John", "Kevin", "Ethan",
                  "Anthony", "Joshua", "DeShawn", "Richard", "Kyle", "Gregory", NULL};
LIST us_family[] = {"Johnson", "Miller", "Davis", "Garcia", "Rodriguez", "Anderson", "Jackson", "White", "Harris",
                    "Lewis", "Nguyen", "Baker", "Campbell", "Mitchell", "Carter", "Phillips", "Parker", "Collins",
                    "Reed", "Morgan", "Bell", "Murphy", "Rivera", "St. Clair", NULL};
PLACES us_place[] = {{"California", "Los Angeles", 4}, {"California", "San Diego", 2}, {"California", "Sacramento", 1},
                     {"New York", "New York", 5}, {"New York", "Buffalo", 1}, {"Texas", "Houston", 3},
                     {"Texas", "Austin", 2}, {"Illinois", "Chicago", 3}, {"Washington", "Seattle", 2},
                     {"Florida", "Miami", 2}, {"Georgia", "Atlanta", 1}, {"Massachusetts", "Boston", 2},
                     {NULL, NULL, 0}};

LIST nl_female[] = {"Emma", "Sanne", "Fleur", "Anouk", "Marijke", "Lotte", "Femke", "Ingrid", "Noor", "Esther",
                    "Liesbeth", "Zoë", "Maaike", "Iris", "Willemijn", "Roos", NULL};
LIST nl_male[] = {"Daan", "Sem", "Jeroen", "Bram", "Pieter", "Thijs", "Ruben", "Maarten", "Gijs", "Koen", "Willem",
                  "Sander", "Joost", "Lars", "Daniël", "Hendrik", NULL};
LIST nl_family[] = {"de Jong", "Jansen", "de Vries", "van den Berg", "Bakker", "van Dijk", "Visser", "Smit", "Meijer",
                    "de Boer", "Mulder", "Bos", "Vos", "Peters", "Hendriks", "van Leeuwen", "Dekker", "Brouwer",
                    "de Wit", "Dijkstra", "Kok", "van der Meer", "Post", "Kuipers", NULL};
PLACES nl_place[] = {{"Noord-Holland", "Amsterdam", 5}, {"Noord-Holland", "Haarlem", 1},
                     {"Zuid-Holland", "Rotterdam", 4}, {"Zuid-Holland", "Den Haag", 3}, {"Zuid-Holland", "Leiden", 1},
                     {"Utrecht", "Utrecht", 3}, {"Noord-Brabant", "Eindhoven", 2}, {"Gelderland", "Nijmegen", 1},
                     {"Groningen", "Groningen", 1}, {NULL, NULL, 0}};

LIST pl_female[] = {"Agnieszka", "Małgorzata", "Katarzyna", "Zofia", "Anna", "Grażyna", "Magdalena", "Julia", "Ewa",
                    "Aleksandra", "Joanna", "Wiesława", "Maja", "Dorota", "Monika", "Iwona", NULL};
LIST pl_male[] = {"Piotr", "Krzysztof", "Łukasz", "Paweł", "Tomasz", "Jakub", "Michał", "Stanisław", "Marcin", "Jan",
                  "Kacper", "Grzegorz", "Wojciech", "Mateusz", "Rafał", "Zbigniew", NULL};
LIST pl_family[] = {"Nowak", "Kowalski", "Wiśniewski", "Wójcik", "Kowalczyk", "Kamiński", "Lewandowski", "Zieliński",
                    "Szymański", "Woźniak", "Dąbrowski", "Kozłowski", "Mazur", "Krawczyk", "Piotrowski", "Grabowski",
                    "Pawlak", "Michalski", "Król", "Wieczorek", "Jabłoński", "Wróbel", "Sikora", "Zawadzki", NULL};
PLACES pl_place[] = {{"Mazowieckie", "Warszawa", 6}, {"Mazowieckie", "Radom", 1}, {"Małopolskie", "Kraków", 3},
                     {"Małopolskie", "Tarnów", 1}, {"Łódzkie", "Łódź", 2}, {"Dolnośląskie", "Wrocław", 3},
                     {"Wielkopolskie", "Poznań", 2}, {"Pomorskie", "Gdańsk", 2}, {"Śląskie", "Katowice", 2},
                     {NULL, NULL, 0}};

LIST se_female[] = {"Astrid", "Elsa", "Maja", "Åsa", "Karin", "Ebba", "Linnéa", "Birgitta", "Saga", "Malin", "Ingrid",
                    "Sofia", "Frida", "Annika", "Märta", "Ulla", NULL};
LIST se_male[] = {"Erik", "Lars", "Björn", "Nils", "Oskar", "Göran", "Anders", "Gustav", "Håkan", "Johan", "Axel",
                  "Mikael", "Sven", "Viktor", "Åke", "Elias", NULL};
LIST se_family[] = {"Andersson", "Johansson", "Karlsson", "Nilsson", "Eriksson", "Larsson", "Lindberg", "Sjöberg",
                    "Lindström", "Bergström", "Lundqvist", "Håkansson", "Åberg", "Sandberg", "Forsberg", "Öberg",
                    "Holm", "Ekström", "Nyström", "Söderlund", "Wikström", "Hedlund", "Björk", "Norén", NULL};
PLACES se_place[] = {{"Stockholms län", "Stockholm", 5}, {"Stockholms län", "Södertälje", 1},
                     {"Västra Götalands län", "Göteborg", 3}, {"Västra Götalands län", "Borås", 1},
                     {"Skåne län", "Malmö", 2}, {"Skåne län", "Lund", 1}, {"Uppsala län", "Uppsala", 1},
                     {"Västerbottens län", "Umeå", 1}, {NULL, NULL, 0}};

LIST pt_female[] = {"Maria", "Beatriz", "Inês", "Leonor", "Ana", "Mariana", "Catarina", "Joana", "Luísa", "Conceição",
                    "Teresa", "Marta", "Sofia", "Fátima", "Rita", "Cláudia", NULL};
LIST pt_male[] = {"João", "Tiago", "Rui", "Pedro", "Luís", "António", "Miguel", "Gonçalo", "André", "Francisco",
                  "Nuno", "José", "Paulo", "Duarte", "Hélder", "Vasco", NULL};
LIST pt_family[] = {"Silva", "Santos", "Ferreira", "Pereira", "Oliveira", "Costa", "Rodrigues", "Martins", "Sousa",
                    "Gonçalves", "Gomes", "Lopes", "Marques", "Almeida", "Ribeiro", "Carvalho", "Teixeira", "Moreira",
                    "Correia", "Nunes", "Brandão", "Simões", "Araújo", "Magalhães", NULL};
PLACES pt_place[] = {{"Lisboa", "Lisboa", 5}, {"Lisboa", "Sintra", 1}, {"Porto", "Porto", 4},
                     {"Porto", "Vila Nova de Gaia", 1}, {"Coimbra", "Coimbra", 1}, {"Braga", "Braga", 1},
                     {"Braga", "Guimarães", 1}, {"Setúbal", "Setúbal", 1}, {"Évora", "Évora", 1}, {NULL, NULL, 0}};

static const struct cs_gen_country countries[] = {
    {"Germany",        18, 38000, de_female, de_male, de_family, de_place, true,  false, false},
    {"United Kingdom", 16, 37000, gb_female, gb_male, gb_family, gb_place, false, false, false},
    {"France",         14, 34000, fr_female, fr_male, fr_family, fr_place, false, false, false},
    {"United States",  12, 46000, us_female, us_male, us_family, us_place, false, false, false},
    {"Italy",          10, 30000, it_female, it_male, it_family, it_place, false, false, false},
    {"Spain",           9, 27000, es_female, es_male, es_family, es_place, false, true,  false},
    {"Netherlands",     7, 40000, nl_female, nl_male, nl_family, nl_place, false, false, false},
    {"Poland",          6, 20000, pl_female, pl_male, pl_family, pl_place, false, false, true},
    {"Sweden",          5, 39000, se_female, se_male, se_family, se_place, false, false, false},
    {"Portugal",        3, 21000, pt_female, pt_male, pt_family, pt_place, false, true,  false},
};
/* clang-format on */

static const double countries_total = 100;

/* RFC 2606 and RFC 6761: no mail ever gets anywhere under these. */
static const char *const domains[] = {"example.com",  "example.org",   "example.net",
                                      "mail.example", "inbox.example", "post.example"};

const struct cs_gen_country *cs_gen_country_draw(struct cs_rng *rng) {
  double left = cs_rng_uniform(rng) * countries_total;
  size_t at = 0, last = sizeof countries / sizeof *countries - 1;
  while (at < last && (left -= countries[at].weight) >= 0) at++;
  return &countries[at];
}

const struct cs_gen_place *cs_gen_place_draw(const struct cs_gen_country *country, struct cs_rng *rng) {
  double total = 0;
  const struct cs_gen_place *place = country->place;
  for (; place->region; place++) total += place->weight;
  double left = cs_rng_uniform(rng) * total;
  for (place = country->place; place[1].region && (left -= place->weight) >= 0; place++) {
  }
  return place;
}

/* --- ASCII --- */

/* What stands for U+00C0..U+00FF and U+0100..U+017F; NULL: left out. Only letters of the lists above, and
 * what is beside them. */
static const char *fold_latin(unsigned code, bool german) {
  static const char *const latin1[64] = {
      "a", "a", "a", "a", "a", "a", "ae", "c",  "e", "e", "e", "e", "i", "i", "i",  "i",
      "d", "n", "o", "o", "o", "o", "o",  NULL, "o", "u", "u", "u", "u", "y", "th", "ss",
      "a", "a", "a", "a", "a", "a", "ae", "c",  "e", "e", "e", "e", "i", "i", "i",  "i",
      "d", "n", "o", "o", "o", "o", "o",  NULL, "o", "u", "u", "u", "u", "y", "th", "y"};
  static const char extended[] = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                                 "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
  static const char *const umlaut[] = {"ae", "oe", "ue"};
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
  if (german && (code == 0xc4 || code == 0xe4)) return umlaut[0];
  if (german && (code == 0xd6 || code == 0xf6)) return umlaut[1];
  if (german && (code == 0xdc || code == 0xfc)) return umlaut[2];
  if (code >= 0xc0 && code < 0x100) return latin1[code - 0xc0];
  if (code >= 0x100 && code < 0x100 + sizeof extended - 1) return letters + (extended[code - 0x100] - 'a');
  return NULL;
}

void cs_gen_fold(struct cs_str *out, struct cs_slice text, bool german) {
  for (size_t i = 0; i < text.len; i++) {
    unsigned char byte = (unsigned char)text.data[i];
    if (byte >= 'A' && byte <= 'Z') byte = (unsigned char)(byte + 32);
    if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) cs_str_add_byte(out, (char)byte);
    if (byte < 0xc2 || byte > 0xdf || i + 1 == text.len) continue;
    unsigned code = (byte & 0x1fu) << 6 | ((unsigned char)text.data[++i] & 0x3fu);
    const char *ascii = fold_latin(code, german);
    if (!ascii) continue;
    cs_str_add(out, ascii, code < 0x100 ? strlen(ascii) : 1);
  }
}

/* --- people --- */

static const char *pick(const char *const *list, struct cs_rng *rng) {
  size_t count = 0;
  while (list[count]) count++;
  return list[cs_rng_below(rng, count)];
}

static void family_add(const struct cs_gen_country *country, char gender, struct cs_rng *rng,
                       struct cs_str *name) {
  const char *family = pick(country->family, rng);
  size_t len = strlen(family);
  bool ending = country->slavic && gender == 'F' && len > 2 && strcmp(family + len - 2, "ki") == 0;
  cs_str_add(name, family, ending ? len - 1 : len);
  if (ending) cs_str_add_byte(name, 'a');
}

void cs_gen_name_draw(const struct cs_gen_country *country, char gender, uint64_t number, struct cs_rng *rng,
                      struct cs_str *name, struct cs_str *email) {
  bool female = gender == 'F' || (gender == 'X' && cs_rng_below(rng, 2) == 0);
  const char *first = pick(female ? country->female : country->male, rng);
  const char *domain = domains[cs_rng_below(rng, sizeof domains / sizeof *domains)];
  cs_str_add_text(name, first);
  cs_str_add_byte(name, ' ');
  size_t family = name->len;
  family_add(country, female ? 'F' : 'M', rng, name);
  cs_gen_fold(email, cs_slice_of(first), country->german);
  cs_str_add_byte(email, '.');
  if (!name->failed)
    cs_gen_fold(email, (struct cs_slice){name->data + family, name->len - family}, country->german);
  cs_str_add_format(email, "%llu@%s", (unsigned long long)number, domain);
  if (!country->two_families) return;
  cs_str_add_byte(name, ' ');
  family_add(country, female ? 'F' : 'M', rng, name);
}
