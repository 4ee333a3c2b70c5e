"""Chats and who is in them, pinned messages, and leaving."""

from playground.chats import Chat
from playground.errors import bad_request
from playground.methods.call import Call, Handler
from playground.types import Json

NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
SPEAKING = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip

RIGHTS = (
    "can_manage_chat", "can_change_info", "can_delete_messages", "can_invite_users", "can_restrict_members",
    "can_promote_members", "can_manage_video_chats", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
GONE = ("left", "kicked")


async def get_chat(call: Call) -> Json:
    chat = call.chat()
    full: Json = {"accent_color_id": abs(chat.id) % 7, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}
    if chat.persona is None:
        full["permissions"] = dict.fromkeys(SPEAKING, True)
    elif chat.persona.username:
        full["active_usernames"] = [chat.persona.username]
    if pinned := _pinned(chat):
        full["pinned_message"] = chat.messages[pinned[-1]].body
    return chat.info | full


async def get_chat_member(call: Call) -> Json:
    user_id = call.arguments.number("user_id")
    if user_id <= 0:
        raise bad_request("Invalid user_id specified")
    return _member(call, call.chat(), user_id)


async def get_chat_administrators(call: Call) -> list[Json]:
    chat = call.chat()
    if chat.persona is not None:
        raise bad_request("there are no administrators in the private chat")
    members = [_member(call, chat, number) for number in (*_people(chat), call.bot.id)]
    return [member for member in members if member["status"] in ("creator", "administrator")]


async def get_chat_member_count(call: Call) -> int:
    """The bot is one of them."""
    chat = call.chat()
    return 1 + len(_people(chat))


async def leave_chat(call: Call) -> bool:
    chat = call.chat()
    if chat.persona is not None:
        raise bad_request("chat member status can't be changed in private chats")
    before, chat.bot_status = _member(call, chat, call.bot.id), "left"
    after = _member(call, chat, call.bot.id)
    change = {"chat": chat.info, "from": call.bot.user(), "date": call.world.clock.unix()}
    change |= {"old_chat_member": before, "new_chat_member": after}
    call.world.show_room(call.bot, chat)
    call.bot.updates.add("my_chat_member", change, persona=None)
    return True


async def pin_chat_message(call: Call) -> bool:
    chat = call.writable_chat()
    message = call.message(chat, "message to pin")
    number = message.body["message_id"]
    chat.pinned = [*(pinned for pinned in chat.pinned if pinned != number), number]
    return True


async def unpin_chat_message(call: Call) -> bool:
    """The newest pinned one, if none is named."""
    chat = call.writable_chat()
    pinned = _pinned(chat)
    if call.arguments.number("message_id") > 0:
        number = call.message(chat, "message to unpin").body["message_id"]
    elif pinned:
        number = pinned[-1]
    else:
        raise bad_request("Message to unpin not found")
    chat.pinned = [other for other in pinned if other != number]
    return True


async def unpin_all_chat_messages(call: Call) -> bool:
    call.writable_chat().pinned = []
    return True


async def get_user_profile_photos(call: Call) -> Json:
    """Nobody here has any."""
    _known_user(call, call.arguments.number("user_id"))
    return {"total_count": 0, "photos": []}


def _pinned(chat: Chat) -> list[int]:
    """In the order they were pinned, without those that are gone."""
    return [number for number in chat.pinned if number in chat.messages]


def _people(chat: Chat) -> dict[int, str]:
    """The status of everybody who is there, except the bot."""
    if chat.persona is not None:
        return {chat.persona.id: "member"}
    return {number: status for number, status in chat.members.items() if status not in GONE}


def membership(user: Json, status: str) -> Json:
    """A person or bot as a member of a chat."""
    member: Json = {"user": user, "status": status}
    match status:
        case "creator":
            return member | {"is_anonymous": False}
        case "administrator":
            return member | {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(RIGHTS, True)}
        case "kicked":
            return member | {"until_date": 0}
    return member


def _member(call: Call, chat: Chat, user_id: int) -> Json:
    user = _known_user(call, user_id)
    status = chat.bot_status if user_id == call.bot.id else _people(chat).get(user_id, "left")
    return membership(user, status)


def _known_user(call: Call, user_id: int) -> Json:
    if user_id <= 0:
        raise bad_request("Invalid user_id specified")
    if user_id == call.bot.id:
        return call.bot.user()
    persona = call.world.personas.get(user_id)
    if persona is None:
        raise bad_request("user not found")
    return persona.user()


METHODS: dict[str, Handler] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "getUserProfilePhotos": get_user_profile_photos,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
}
