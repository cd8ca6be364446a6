// The tools of the map: what people do on it besides looking. One file each; this one holds them.
//
// A tool is made with (L, map, host) and told with `set(wanted, texts)` what the page offers.
// `host` is what `main.js` gives, and: `bar` for buttons, `strip` for the line at the bottom,
// `say(text)`, `begin(tool)` and `end(tool)` for a tool that takes the clicks on the map, of which
// only one is in use at a time, and `texts()`.

import { AddressOfView } from "./address.js";
import { button, control, element, name } from "./controls.js";
import { DrawTool } from "./draw.js";
import { FitTool } from "./fit.js";
import { FullScreen } from "./fullscreen.js";
import { KeyHelp } from "./keys.js";
import { Locator } from "./locate.js";
import { icon } from "./marks.js";
import { MeasureTool } from "./measure.js";
import { PrintTool } from "./print.js";
import { SearchBox } from "./search.js";
import { SelectTool } from "./select.js";

const SAID_MS = 8000;
const knownTexts = new Map(); // token → texts, in each language that was asked for

export class Tools {
  constructor(L, map, host) {
    this.token = "";
    this.bar = element("div", "sg-bar sg-tools");
    control(L, map, "topleft", this.bar);
    this.strip = new Strip(host.root);
    const own = {
      ...host,
      bar: this.bar,
      strip: this.strip,
      texts: () => this.texts,
      say: (text) => this.strip.say(text),
      begin: (tool) => this.begin(tool),
      end: (tool) => this.end(tool),
      addButton: (path, act) => this.addButton(path, act),
    };
    this.address = new AddressOfView(L, map, own);
    this.all = [
      SearchBox, FitTool, MeasureTool, SelectTool, DrawTool, Locator, PrintTool, FullScreen, KeyHelp,
    ].map((Tool) => new Tool(L, map, own));
    this.all.push(this.address);
  }

  // `wanted` is what the page offers, null for a map that is only looked at.
  set(wanted) {
    if (wanted) {
      this.token = wanted.token;
      if (wanted.texts) knownTexts.set(wanted.token, wanted.texts);
      this.texts = knownTexts.get(wanted.token);
    }
    // Texts that the server believes to be here and are not: it hears so with the next report.
    const offered = this.texts ? wanted : null;
    if (wanted && !offered) this.token = "";
    for (const tool of this.all) tool.set(offered, this.texts);
    this.bar.hidden = [...this.bar.children].every((one) => one.hidden);
  }

  held() {
    return this.token ? [this.token] : [];
  }

  // Whether the address has just placed the map, so that nothing else shall.
  isPlaced() {
    return this.address.isPlaced();
  }

  addButton(path, act) {
    const made = button("", "sg-button", act);
    made.append(icon(path));
    made.hidden = true;
    this.bar.append(made);
    return {
      node: made,
      show: (isShown, text) => {
        made.hidden = !isShown;
        if (text) name(made, text);
      },
      press: (isPressed) => made.setAttribute("aria-pressed", String(isPressed)),
    };
  }

  begin(tool) {
    if (this.inUse && this.inUse !== tool) this.inUse.stop();
    this.inUse = tool;
  }

  end(tool) {
    if (this.inUse === tool) this.inUse = null;
    this.strip.hide();
  }
}

// The line at the bottom of the map: what the tool in use says and offers.
class Strip {
  constructor(root) {
    this.box = element("div", "sg-strip");
    this.line = element("span", "sg-strip-text");
    this.line.setAttribute("role", "status");
    this.choices = element("span", "sg-strip-choices");
    this.box.append(this.choices, this.line);
    this.box.hidden = true;
    root.append(this.box);
  }

  // `choices` are [text, act, isPressed]; isPressed undefined for what is no switch.
  show(text, choices) {
    clearTimeout(this.timer);
    this.choices.replaceChildren(
      ...choices.map(([label, act, isPressed]) => {
        const made = button(label, "sg-choice", act);
        if (isPressed !== undefined) made.setAttribute("aria-pressed", String(isPressed));
        return made;
      }),
    );
    this.choices.hidden = !choices.length;
    this.write(text);
    this.box.hidden = false;
  }

  write(text) {
    this.line.textContent = text;
  }

  // A sentence that goes away by itself.
  say(text) {
    this.show(text, []);
    this.timer = setTimeout(() => this.hide(), SAID_MS);
  }

  hide() {
    clearTimeout(this.timer);
    this.box.hidden = true;
  }
}
