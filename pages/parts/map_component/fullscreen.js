// The map over the whole screen, with its tools, and back.

export class FullScreen {
  constructor(L, map, host) {
    this.root = host.root;
    this.host = host;
    this.button = host.addButton("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4M6 6 2 2M10 10l4 4", () => {
      this.toggle();
    });
    this.root.addEventListener("fullscreenchange", () => this.show());
  }

  set(wanted, texts) {
    this.isOffered = Boolean(wanted?.names.includes("fullscreen")) && document.fullscreenEnabled;
    this.texts = texts;
    this.show();
  }

  get isFull() {
    return this.root.getRootNode().fullscreenElement === this.root;
  }

  show() {
    if (!this.texts) return;
    const { isFull } = this;
    this.button.show(this.isOffered, isFull ? this.texts.leave_full : this.texts.full_screen);
    this.button.press(isFull);
  }

  async toggle() {
    try {
      if (this.isFull) await document.exitFullscreen();
      else await this.root.requestFullscreen();
    } catch {
      this.host.say(this.texts.no_full_screen);
    }
  }
}
