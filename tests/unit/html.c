#include "report/html.h"

#include "report/page.h"
#include "unit.h"

/* In place of the charts that the build may have: a program without them. */
const unsigned char cs_embedded_echarts[] = "";

static const char *write_page(struct cs_str *out, const struct cs_figure *figure, size_t figures) {
  struct cs_str body = CS_STR_INIT;
  struct cs_node *data = cs_node_object();
  struct cs_error err = CS_ERROR_INIT;
  cs_str_add_text(&body, "<p>before</p>" CS_PAGE_CHARTS "<p>behind</p>");
  const struct cs_html html = {"a title", &body, data, figure, figures};
  CHECK(cs_html_write(&html, out, &err) == CS_OK);
  cs_node_free(data);
  cs_str_release(&body);
  return cs_str_text(out);
}

static bool in_order(const char *text, const char *const *part, size_t count) {
  for (size_t i = 0; i < count && text; i++) text = strstr(text, part[i]);
  return text != NULL;
}

int main(void) {
  struct cs_str out = CS_STR_INIT, svg = CS_STR_INIT;
  UNIT_BEGIN;
  TEST("html: without charts the pictures stand where these would, and it is said that they are still") {
    static const char *const parts[] = {"before", "These are still", "aria-label=\"a &lt;picture&gt;\"",
                                        "<svg>1</svg>", "behind"};
    cs_str_add_text(&svg, "<?xml version=\"1.0\"?><svg>1</svg>");
    const struct cs_figure figure = {"a <picture>", &svg};
    CHECK(!cs_html_has_charts());
    CHECK(in_order(write_page(&out, &figure, 1), parts, sizeof parts / sizeof *parts));
    CHECK(!strstr(cs_str_text(&out), "<?xml") && !strstr(cs_str_text(&out), "Charts by"));
  }
  TEST("html: without charts and without gnuplot it is said that there are no pictures") {
    static const char *const parts[] = {"before", "There are none, since gnuplot was not there", "behind"};
    cs_str_clear(&out);
    CHECK(in_order(write_page(&out, NULL, 0), parts, sizeof parts / sizeof *parts));
  }
  cs_str_release(&out);
  cs_str_release(&svg);
  UNIT_END;
}
