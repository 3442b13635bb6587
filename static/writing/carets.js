// Where others stand in the text, in their colour, with their name; and where I stand, told to them.
import { pack, unpack } from "writing/line";

const OFTEN = 120;

export function carets({ Decoration, EditorView, StateEffect, ViewPlugin, WidgetType, Y }, line) {
  const drawn = StateEffect.define();

  class Caret extends WidgetType {
    constructor(who) {
      super();
      this.who = who;
    }

    eq(other) {
      return other.who.id === this.who.id && other.who.name === this.who.name;
    }

    toDOM() {
      const caret = document.createElement("span");
      caret.className = "caret";
      caret.dataset.hue = this.who.hue;
      caret.ariaHidden = "true";
      const name = document.createElement("span");
      name.className = "caret__name";
      name.textContent = this.who.name;
      caret.append("\u2060", name, "\u2060"); // a joiner on each side: the line breaks as if it were not there
      return caret;
    }

    get estimatedHeight() {
      return -1;
    }

    ignoreEvent() {
      return true;
    }
  }

  const place = (packed) => {
    try {
      const found = Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(unpack(packed)), line.doc);
      return found?.type === line.text ? Math.min(found.index, line.text.length) : null;
    } catch {
      return null; // nobody of ours says such a thing
    }
  };

  const others = new Map();

  const plugin = ViewPlugin.fromClass(class {
    constructor(view) {
      this.view = view;
      this.decorations = Decoration.none;
      this.heard = ({ detail }) => {
        for (const who of detail) who.name ? others.set(who.id, who) : others.delete(who.id);
        view.dispatch({ effects: drawn.of(null) });
      };
      line.addEventListener("who", this.heard);
    }

    destroy() {
      line.removeEventListener("who", this.heard);
      clearTimeout(this.timer);
    }

    update(update) {
      if (update.docChanged || update.transactions.some((one) => one.effects.some((effect) => effect.is(drawn)))) {
        this.decorations = this.draw(update.state.doc.length);
      }
      if (update.selectionSet || update.focusChanged || update.docChanged) this.tell();
    }

    draw(length) {
      const found = [];
      for (const who of others.values()) {
        const [anchor, head] = (who.at ?? []).map(place);
        if (anchor == null || head == null || Math.max(anchor, head) > length) continue;
        const attributes = { "data-hue": who.hue };
        if (anchor !== head) {
          found.push(Decoration.mark({ class: "caret-range", attributes }).range(Math.min(anchor, head), Math.max(anchor, head)));
        }
        found.push(Decoration.widget({ widget: new Caret(who), side: head >= anchor ? -1 : 1 }).range(head));
      }
      return Decoration.set(found, true);
    }

    tell() {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        const { anchor, head } = this.view.state.selection.main;
        if (Math.max(anchor, head) > line.text.length) return;
        const at = [anchor, head].map((index) => {
          return pack(Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(line.text, index)));
        });
        if (this.view.hasFocus && String(at) !== this.last && line.online) line.say({ at: (this.last = at) && at });
        this.last = String(at);
      }, OFTEN);
    }
  }, { decorations: (found) => found.decorations });

  return [plugin, EditorView.baseTheme({})];
}
