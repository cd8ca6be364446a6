// The map as a picture to print or to send: asks for a title, then saves a PNG or a PDF.

import { button, element } from "./controls.js";
import { dialog } from "./keys.js";
import { compose } from "./picture.js";

const A4_MM = [297, 210];
const MARGIN_MM = 10;

let loading = null;

// Fetched when somebody asks for the first PDF.
function loadPdf(address) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.jspdf.jsPDF);
    script.onerror = () => reject(new Error(`no ${address}`));
    document.head.append(script);
  }).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

function save(blob, fileName) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

export class PrintTool {
  constructor(L, map, host) {
    Object.assign(this, { L, map, host });
    this.button = host.addButton("M4 6V2h8v4M4 12H2V6h12v6h-2M4 9h8v5H4z", () => this.open());
    this.window = dialog(host.root);
    this.title = element("input", "sg-field");
    this.title.type = "text";
    this.title.maxLength = 60;
    this.label = element("label", "sg-labelled");
    this.labelText = element("span", "");
    this.label.append(this.labelText, this.title);
    this.note = element("p", "sg-note");
    this.png = button("", "sg-choice", () => this.print("png"));
    this.pdf = button("", "sg-choice", () => this.print("pdf"));
    const both = element("p", "sg-strip-choices");
    both.append(this.png, this.pdf);
    this.window.body.append(this.label, both, this.note);
    this.note.setAttribute("role", "status");
  }

  set(wanted, texts) {
    this.wanted = wanted;
    this.texts = texts;
    const isOffered = Boolean(wanted?.names.includes("print"));
    this.button.show(isOffered, texts?.print);
    if (!isOffered) return;
    this.window.title(texts.print, texts.close);
    this.labelText.textContent = texts.print_title;
    this.png.textContent = texts.print_png;
    this.pdf.textContent = texts.print_pdf;
  }

  open() {
    this.title.value = this.wanted.title;
    this.note.textContent = "";
    this.window.box.showModal();
    this.title.select();
  }

  async print(form) {
    const { texts } = this;
    this.note.textContent = texts.printing;
    this.png.disabled = this.pdf.disabled = true;
    try {
      const title = this.title.value.trim() || this.wanted.title;
      const made = await compose(this.L, this.map, {
        title,
        legend: this.host.data().legend,
        system: this.wanted.system,
        day: this.wanted.day,
        texts,
      });
      const name = `${title.replace(/[\\/:*?"<>|\s]+/g, "-")}-${this.wanted.day}.${form}`;
      save(form === "png" ? await this.toPng(made.canvas) : await this.toPdf(made.canvas), name);
      this.note.textContent = made.isWhole ? "" : texts.print_without_ground;
      if (made.isWhole) this.window.box.close();
    } catch (error) {
      this.note.textContent = texts.print_failed;
      throw error;
    } finally {
      this.png.disabled = this.pdf.disabled = false;
    }
  }

  toPng(canvas) {
    return new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
    });
  }

  // One sheet of A4, upright or lying as the picture is. Its text is in the picture: no font.
  async toPdf(canvas) {
    const JsPdf = await loadPdf(this.wanted.pdf);
    const isWide = canvas.width >= canvas.height;
    const [width, height] = isWide ? A4_MM : [...A4_MM].reverse();
    const sheet = new JsPdf({ orientation: isWide ? "landscape" : "portrait", format: "a4" });
    const scale = Math.min(
      (width - 2 * MARGIN_MM) / canvas.width,
      (height - 2 * MARGIN_MM) / canvas.height,
    );
    const [w, h] = [canvas.width * scale, canvas.height * scale];
    sheet.addImage(canvas, "JPEG", (width - w) / 2, (height - h) / 2, w, h, undefined, "FAST");
    return sheet.output("blob");
  }
}
