// The search box: a patch's number, a name, or coordinates; the page answers, at most eight times.

import { button, element, name } from "./controls.js";
import { icon } from "./marks.js";

const POINT_ZOOM = 15;

export class SearchBox {
  constructor(L, map, host) {
    Object.assign(this, { L, map, host, asked: null, answers: [], active: -1 });
    this.flag = L.layerGroup().addTo(map);
    this.form = element("form", "sg-search");
    this.form.setAttribute("role", "search");
    this.field = element("input", "sg-field");
    this.field.type = "text";
    this.field.maxLength = 120;
    this.field.autocomplete = "off";
    this.field.spellcheck = false;
    for (const [key, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": "sg-answers",
      "aria-autocomplete": "list",
    })) this.field.setAttribute(key, value);
    this.go = button("", "sg-button", () => this.pressed());
    this.go.append(icon("M7 2a5 5 0 1 0 .01 0M11 11l3.5 3.5"));
    this.clear = button("×", "sg-clear", () => this.empty());
    this.clear.hidden = true;
    this.list = element("ul", "sg-answers");
    this.list.id = "sg-answers";
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    this.form.append(this.go, this.field, this.clear, this.list);
    host.root.append(this.form);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("input", () => this.typed());
  }

  set(wanted, texts) {
    this.texts = texts;
    const isOffered = Boolean(wanted?.names.includes("search"));
    this.form.hidden = !isOffered;
    if (!isOffered) return;
    this.field.placeholder = texts.search_hint;
    name(this.field, texts.search);
    name(this.go, texts.search);
    name(this.clear, texts.search_clear);
    this.list.setAttribute("aria-label", texts.search_answers);
    const { found } = wanted;
    if (found && found.asked === this.asked) this.show(found);
  }

  // On a phone the box is folded to its button.
  pressed() {
    if (getComputedStyle(this.field).display === "none") {
      this.form.classList.add("sg-open");
      this.field.focus();
    } else this.ask();
  }

  typed() {
    this.clear.hidden = !this.field.value && !this.flag.getLayers().length;
    this.close();
  }

  ask() {
    const text = this.field.value.trim();
    if (!text) {
      this.form.classList.remove("sg-open");
      return;
    }
    if (!this.list.hidden && this.active >= 0) {
      this.choose(this.active);
      return;
    }
    this.asked = Date.now();
    this.clear.hidden = false;
    this.fill([this.sentence(this.texts.searching)]);
    this.host.tell("search", { text, asked: this.asked });
  }

  show({ asked, answers, sentence }) {
    if (this.shown === asked) return; // shown already, and perhaps closed again
    this.shown = asked;
    this.answers = answers;
    const lines = answers.map((answer, i) => this.line(answer, i));
    this.fill(answers.length ? lines : [this.sentence(sentence)]);
    if (answers.length) this.activate(0);
  }

  sentence(text) {
    const line = element("li", "sg-sentence", text);
    line.setAttribute("role", "status");
    return line;
  }

  line(answer, i) {
    const line = element("li", "");
    line.setAttribute("role", "option");
    line.id = `sg-answer-${i}`;
    line.append(element("b", "", answer.title), element("small", "", answer.detail));
    line.addEventListener("click", () => this.choose(i));
    line.addEventListener("pointermove", () => this.activate(i));
    return line;
  }

  fill(lines) {
    this.active = -1;
    this.list.replaceChildren(...lines);
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
  }

  close() {
    this.active = -1;
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  activate(i) {
    this.active = i;
    [...this.list.children].forEach((line, k) => {
      line.setAttribute("aria-selected", String(k === i));
    });
    this.field.setAttribute("aria-activedescendant", `sg-answer-${i}`);
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.answers.length && !this.list.hidden) {
      this.activate((this.active + step + this.answers.length) % this.answers.length);
      event.preventDefault();
    } else if (event.key === "Escape") {
      if (this.list.hidden) this.empty();
      else this.close();
      event.preventDefault();
    }
  }

  empty() {
    this.field.value = "";
    this.flag.clearLayers();
    this.clear.hidden = true;
    this.form.classList.remove("sg-open");
    this.close();
  }

  choose(i) {
    const answer = this.answers[i];
    this.close();
    this.clear.hidden = false;
    this.flag.clearLayers();
    const [west, south, east, north] = answer.bounds;
    const middle = [(south + north) / 2, (west + east) / 2];
    if (west === east && south === north) {
      this.map.setView(middle, Math.max(this.map.getZoom(), POINT_ZOOM));
    } else this.host.fitTo(answer.bounds);
    if (answer.key === null) this.flag.addLayer(this.marker(middle, answer.title));
    else this.host.tell("choose", { key: answer.key });
  }

  marker(at, text) {
    const flag = element("span", "sg-flag");
    flag.append(element("span", "sg-flag-text", text));
    return this.L.marker(at, {
      icon: this.L.divIcon({ html: flag, className: "sg-icon", iconSize: [0, 0] }),
      interactive: false,
      keyboard: false,
    });
  }
}
