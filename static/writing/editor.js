// The editor itself: CodeMirror over the shared text, in our colours. Its styles carry the page's nonce.
import { carets } from "writing/carets";
import { boxes, verbs } from "writing/markup";

const MOST = 1_000_000; // signs; the server counts bytes, and refuses more than a mebibyte
const mono = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace";

function look({ EditorView, HighlightStyle, syntaxHighlighting, tags }, markdown) {
  const theme = EditorView.theme({
    "&": { height: "100%", color: "var(--ink)", backgroundColor: "transparent", fontSize: "var(--text-m)" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: markdown ? "inherit" : mono, lineHeight: "1.6", overflow: "auto" },
    ".cm-content": { padding: "var(--space-4) 0 30vh", caretColor: "var(--ink)" },
    ".cm-line": { padding: "0 var(--space-5)" },
    ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
      background: "color-mix(in oklab, var(--accent) 26%, transparent)",
    },
    ".cm-placeholder": { color: "var(--ink-3)" },
    ".cm-panels": { color: "var(--ink)", backgroundColor: "var(--well)", borderColor: "var(--line-soft)" },
    ".cm-panel.cm-search": { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.25rem", padding: "var(--space-2) 3rem var(--space-2) var(--space-5)" },
    ".cm-panel.cm-search br": { flexBasis: "100%" },
    ".cm-panel.cm-search :is(input, button, label)": { margin: 0, fontSize: "var(--text-s)" },
    ".cm-panel.cm-search :is(.cm-textfield, .cm-button)": {
      minHeight: "2rem", padding: "0 var(--space-3)", border: "1px solid var(--line-firm)", borderRadius: "var(--round-s)",
      color: "var(--ink)", background: "var(--raised)",
    },
    ".cm-panel.cm-search .cm-textfield": { borderColor: "var(--edge)" },
    ".cm-panel.cm-search [name=close]": { width: "2.5rem", height: "2.5rem", fontSize: "1.25rem", color: "var(--ink-2)" },
    ".cm-searchMatch": { backgroundColor: "var(--warn-tint)", outline: "1px solid var(--warn)" },
    ".cm-searchMatch-selected": { backgroundColor: "color-mix(in oklab, var(--warn) 40%, transparent)" },
    ".cm-specialChar": { color: "var(--danger)" },
  });
  const signs = HighlightStyle.define([
    { tag: tags.heading1, fontSize: "1.5em", fontWeight: "var(--strong)" },
    { tag: tags.heading2, fontSize: "1.25em", fontWeight: "var(--strong)" },
    { tag: tags.heading, fontWeight: "var(--strong)" },
    { tag: tags.strong, fontWeight: "var(--strong)" },
    { tag: tags.emphasis, fontStyle: "italic" },
    { tag: tags.strikethrough, textDecoration: "line-through" },
    { tag: tags.monospace, fontFamily: mono, fontSize: "0.92em" },
    { tag: [tags.link, tags.url], color: "var(--accent)" },
    { tag: tags.quote, color: "var(--ink-2)" },
    { tag: [tags.processingInstruction, tags.contentSeparator, tags.meta], color: "var(--ink-3)" },
  ]);
  return [theme, syntaxHighlighting(signs)];
}

// `label`, `hint`: what readers of the screen hear; `phrases`: the words of the search. Returns view, tools, allow.
export function editor(engine, line, { parent, label, hint, nonce, markdown, phrases, placeholder, changed, full }) {
  const { EditorState, EditorView, Compartment, keymap, Y } = engine;
  const tools = verbs(engine);
  const rights = new Compartment();
  const allowed = () => [EditorState.readOnly.of(line.may !== "write"), EditorView.contentAttributes.of({
    "aria-readonly": String(line.may !== "write"),
  })];
  const undoManager = new Y.UndoManager(line.text);
  const keys = markdown
    ? [{ key: "Mod-b", run: tools.bold }, { key: "Mod-i", run: tools.italic }, { key: "Mod-Enter", run: tools.tasks }]
    : [];
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: line.text.toString(),
      extensions: [
        EditorView.cspNonce.of(nonce),
        rights.of(allowed()),
        engine.highlightSpecialChars(),
        engine.drawSelection(),
        engine.placeholder(placeholder),
        EditorView.lineWrapping,
        EditorView.clipboardInputFilter.of((text) => text.replaceAll("\0", "")),
        EditorState.transactionFilter.of((change) => {
          const { length } = change.newDoc;
          if (!change.isUserEvent("input") || length <= MOST || length <= change.startState.doc.length) return change;
          full();
          return [];
        }),
        EditorState.phrases.of(phrases),
        EditorView.contentAttributes.of({
          "aria-label": label, "aria-describedby": hint, spellcheck: "true", autocorrect: "on", autocapitalize: "sentences",
        }),
        markdown ? [engine.markdown({ base: engine.markdownLanguage, completeHTMLTags: false }), boxes(engine)] : [],
        engine.yCollab(line.text, null, { undoManager }),
        carets(engine, line),
        keymap.of([...keys, ...engine.yUndoManagerKeymap, ...engine.searchKeymap, ...engine.defaultKeymap, engine.indentWithTab]),
        look(engine, markdown),
        EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc)),
      ],
    }),
  });
  return { view, tools, allow: () => view.dispatch({ effects: rights.reconfigure(allowed()) }) };
}
