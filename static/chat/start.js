// What the pages of the chat load: each module defines one element.
import "chat/chat-page";
import "chat/chat-composer";
import "chat/message-files";
import "chat/message-cards";
import "marks/mention-field";
import "chat/switcher";
