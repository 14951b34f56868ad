// Where a person types: several lines, with suggestions for the word before the caret. The focus stays in the text;
// arrow keys choose a suggestion, Enter and Tab take it, Escape closes the list.

import {
  type ClipboardEvent,
  type KeyboardEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { speak } from "../page/spoken";
import type { Conversation, Person, Workspace } from "../simulator/types";
import { complete, completionAt, type Suggestion } from "./completion";
import "./editor.css";

type Properties = {
  workspace: Workspace;
  me: Person;
  conversation: Conversation;
  label: string;
  placeholder?: string;
  text: string;
  onText: (text: string) => void;
  onEnter: () => void;
  onEscape?: () => void;
  onFiles?: (files: File[]) => void;
  /** Suggest what begins with `/`. */
  withCommands?: boolean;
  /** Takes the focus, at the end of the text. */
  takeFocus?: boolean;
  describedBy?: string | undefined;
};

export function Editor(properties: Properties) {
  const { label, placeholder, text, onText, onEnter, onEscape, onFiles, withCommands = false } = properties;
  const { takeFocus = false, describedBy } = properties;
  const area = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(text.length);
  const [chosen, setChosen] = useState(0);
  // The text for which the list was closed by Escape.
  const [closedFor, setClosedFor] = useState<string>();
  const placeCaret = useRef<number>(undefined);
  const list = useId();

  const completion = text === closedFor ? undefined : completionAt(text, caret, properties, withCommands);
  const suggestions = completion?.suggestions ?? [];
  const many = suggestions.length;
  const at = Math.min(chosen, suggestions.length - 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each text has its own height, and its caret.
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`;
    if (placeCaret.current !== undefined) element.setSelectionRange(placeCaret.current, placeCaret.current);
    placeCaret.current = undefined;
  }, [text]);

  useEffect(() => {
    if (many > 0) speak(many === 1 ? "1 suggestion" : `${many} suggestions`);
  }, [many]);

  useLayoutEffect(() => {
    const element = area.current;
    if (!takeFocus || !element) return;
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  }, [takeFocus]);

  const take = (suggestion: Suggestion) => {
    if (!completion) return;
    const next = complete(text, completion, suggestion);
    placeCaret.current = next.caret;
    setCaret(next.caret);
    setChosen(0);
    onText(next.text);
    area.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const suggestion = suggestions[at];
    if (suggestion && !event.shiftKey && choose(event, suggestion)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      onEnter();
    } else if (event.key === "Escape" && onEscape) {
      event.preventDefault();
      onEscape();
    }
  };

  const choose = (event: KeyboardEvent, suggestion: Suggestion): boolean => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setChosen((at + step + suggestions.length) % suggestions.length);
    else if (event.key === "Enter" || event.key === "Tab") take(suggestion);
    else if (event.key === "Escape") setClosedFor(text);
    else return false;
    event.preventDefault();
    return true;
  };

  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (!onFiles || files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  };

  return (
    <div className="editor">
      <textarea
        ref={area}
        className="editor-text"
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={suggestions.length > 0 ? list : undefined}
        aria-activedescendant={suggestions.length > 0 ? `${list}-${at}` : undefined}
        aria-describedby={describedBy}
        placeholder={placeholder}
        rows={1}
        value={text}
        onChange={(event) => {
          setCaret(event.target.selectionStart);
          setChosen(0);
          setClosedFor(undefined);
          onText(event.target.value);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onBlur={() => setClosedFor(text)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      {suggestions.length > 0 && (
        <div id={list} className="suggestions" role="listbox" aria-label="Suggestions">
          {suggestions.map((suggestion, index) => (
            <div
              key={suggestion.insert}
              id={`${list}-${index}`}
              className="suggestion"
              role="option"
              aria-selected={index === at}
              tabIndex={-1}
              onPointerDown={(event) => {
                // The focus stays in the text.
                event.preventDefault();
                take(suggestion);
              }}
            >
              <strong>{suggestion.label}</strong> <span className="quiet">{suggestion.detail}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
