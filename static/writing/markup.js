// What the bar above a Markdown text does, as changes of an editor's state; every one can be undone.

const TASK = /^(\s*(?:[-*+]|\d+[.)]) )\[([ xX])\] /;
const LIST = /^(\s*)(?:[-*+]|\d+[.)]) (?:\[[ xX]\] )?/;

export function verbs({ EditorSelection }) {
  // The chosen words between two signs; already so, without them.
  const around = (sign) => (view) => {
    view.dispatch(view.state.changeByRange((range) => {
      const { doc } = view.state;
      const before = doc.sliceString(range.from - sign.length, range.from);
      const after = doc.sliceString(range.to, range.to + sign.length);
      if (before === sign && after === sign) {
        return {
          changes: [{ from: range.from - sign.length, to: range.from }, { from: range.to, to: range.to + sign.length }],
          range: EditorSelection.range(range.anchor - sign.length, range.head - sign.length),
        };
      }
      return {
        changes: [{ from: range.from, insert: sign }, { from: range.to, insert: sign }],
        range: EditorSelection.range(range.anchor + sign.length, range.head + sign.length),
      };
    }), { scrollIntoView: true, userEvent: "input" });
    return true;
  };

  const lines = ({ state }) => {
    const found = new Map();
    for (const { from, to } of state.selection.ranges) {
      for (let line = state.doc.lineAt(from); ; line = state.doc.line(line.number + 1)) {
        found.set(line.number, line);
        if (line.to >= to) break;
      }
    }
    return [...found.values()];
  };

  // Each line that is chosen, as `change(text, all)` says: [how much of its beginning goes, what comes instead].
  const each = (change) => (view) => {
    const chosen = lines(view);
    const texts = chosen.map((line) => line.text);
    const changes = chosen.flatMap((line) => {
      const [gone, insert] = change(line.text, texts);
      return gone === insert.length && line.text.startsWith(insert) ? [] : [{ from: line.from, to: line.from + gone, insert }];
    });
    view.dispatch({ changes, scrollIntoView: true, userEvent: "input" });
    return true;
  };

  const begun = (sign) => each((text, all) => {
    const on = all.every((one) => one.startsWith(sign));
    return on ? [sign.length, ""] : [0, text.startsWith(sign) ? "" : sign];
  });

  const heading = each((text) => {
    const signs = text.match(/^(#{1,6}) /)?.[1].length ?? 0;
    return [signs && signs + 1, signs >= 3 ? "" : `${"#".repeat(signs + 1)} `];
  });

  const list = each((text, all) => {
    const on = all.every((one) => LIST.test(one) && !TASK.test(one));
    const [head, space] = text.match(LIST) ?? ["", text.match(/^\s*/)[0]];
    return [head.length || space.length, on ? space : `${space}- `];
  });

  // No list yet: one of things to do. A thing to do: done, and back.
  const tasks = each((text, all) => {
    const task = text.match(TASK);
    if (all.every((one) => TASK.test(one))) return [task[0].length, `${task[1]}[${task[2] === " " ? "x" : " "}] `];
    if (task) return [0, ""];
    const [head, space] = text.match(LIST) ?? ["", text.match(/^\s*/)[0]];
    return [head.length || space.length, `${space}- [ ] `];
  });

  const link = (view) => {
    const { from, to } = view.state.selection.main;
    const words = view.state.sliceDoc(from, to);
    const address = /^https?:\/\/\S+$/.test(words);
    const insert = address ? `[](${words})` : `[${words}](https://)`;
    const caret = address ? from + 1 : from + words.length + 3;
    view.dispatch({
      changes: { from, to, insert },
      selection: address ? { anchor: caret } : { anchor: caret, head: caret + 8 },
      scrollIntoView: true,
      userEvent: "input",
    });
    return true;
  };

  return { bold: around("**"), italic: around("*"), quote: begun("> "), heading, list, tasks, link };
}

// The box of a thing to do is one that can be clicked.
export function boxes({ Decoration, EditorView, MatchDecorator, ViewPlugin }) {
  const box = Decoration.mark({ class: "task-box" });
  const finder = new MatchDecorator({
    regexp: /^(\s*(?:[-*+]|\d+[.)]) )\[[ xX]\](?= )/g,
    decorate: (add, from, _to, match) => add(from + match[1].length, from + match[1].length + 3, box),
  });
  const plugin = ViewPlugin.fromClass(class {
    constructor(view) {
      this.decorations = finder.createDeco(view);
    }

    update(update) {
      this.decorations = finder.updateDeco(update, this.decorations);
    }
  }, { decorations: (found) => found.decorations });
  const clicks = EditorView.domEventHandlers({
    mousedown(event, view) {
      if (event.button || view.state.readOnly || !event.target.closest(".task-box")) return false;
      const line = view.state.doc.lineAt(view.posAtDOM(event.target.closest(".task-box")));
      const [, head, state] = line.text.match(TASK) ?? [];
      if (head === undefined) return false;
      event.preventDefault();
      const at = line.from + head.length + 1;
      view.dispatch({ changes: { from: at, to: at + 1, insert: state === " " ? "x" : " " }, userEvent: "input" });
      return true;
    },
  });
  return [plugin, clicks];
}
