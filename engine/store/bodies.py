"""How the bodies of ledger entries lie in their table: compressed against what all of them have in common.

An entry's hash is taken of its plain body; how it is stored can change without touching a chain. The first byte says
how: ``{`` a plain body, 0x01 a Zstandard frame made with the first dictionary. A dictionary is never changed, because
old entries are read with it; a better one gets the next number.
"""

from __future__ import annotations

import threading

import zstandard

LARGEST = 16_000_000
_FIRST = b"\x01"
#: words and shapes of entries, what is most common last
_DICTIONARY_1 = (
    b'{"a":"00000000000000000000000000000000","c":"ChangeAttributes","d":{"after":{},"before":{},"key_date":"","names":[],'
    b'"reason":"","source":"person"},"k":"system","n":"powrot:","t":"AttributesChanged","t":"CommandRefused",'
    b'"t":"IncidentRaised","incident_id":"","t":"TimerFired","c":"FireTimer","n":"timer","t":"MessageReceived",'
    b'"t":"HandoverOffered","from_institution_id":"","handover_id":"","offer_item_id":"","to_institution_id":"",'
    b'"t":"HandoverAccepted","c":"AcceptHandover","c":"OfferHandover","t":"StageReached","d":{"stage":"'
    b'"t":"WorkItemReleased","t":"WorkItemWithdrawn","t":"WorkItemRescheduled","t":"WorkItemClaimed","c":"ClaimWorkItem",'
    b'"d":{"definition":"","digest":"","form":"","number":"202","person_id":"01","previous_case_id":"01","release":1,'
    b'"responsible_id":"01","sender_id":"01","source":"form"},"t":"CaseOpened","v":1}"d":{"outcome":"ended"},'
    b'"t":"CaseClosed","v":1}"d":{"instance_id":"01"},"t":"InstanceEnded","v":1}"d":{"digest":"","instance_id":"01",'
    b'"process":""},"t":"InstanceStarted","v":1}"c":"OpenCase","d":{"agreement_id":"01","institution_id":"01",'
    b'"participation_id":"01","role":"coordinator","why":"participants"},"r":["coordinator"],"t":"ParticipantInvited",'
    b'"v":1}"c":"look","d":{"cases":["01"],"part":"worklist-team","part":"task","purpose":"task","query":"TaskPage",'
    b'"query":"MyWork"},"t":"PersonalDataViewed","v":1}"d":{"answer_id":"01","basis":"","commitment":"","days_overdue":1,'
    b'"element":"","form":"","work_item_id":"01"},"i":"01","p":1,"q":"01","r":["social-worker"],"s":1,'
    b'"t":"WorkItemCompleted","v":1}"d":{"due":"202","element":"","excluded_id":"01","follow_up":"202",'
    b'"institution_id":"01","instance_id":"01","previous_id":"01","priority":50,"role":"","waiting_id":"01",'
    b'"work_item_id":"01"},"i":"01","p":1,"q":"01","r":["probation"],"s":1,"t":"WorkItemOffered","v":1}'
    b'{"a":"01","at":"2027-01-01T00:00:00.000+00:00","c":"CompleteWorkItem","d":{"armed":[["01","","202"]],'
    b'"assigned":[["","answers","",""],["","script","",""],["","decision","",""]],"decided":[["","",[1],""]],'
    b'"disarmed":["01"],"entered":[["01",""],["01",""]],"flows":["",""],"instance_id":"01","left":["01","01"]},"i":"01",'
    b'"p":1,"q":"01","r":["prison"],"s":1,"t":"ProcessAdvanced","v":1}'
)


class _Packers(threading.local):
    """Those of one thread; they may not be shared, and making one takes longer than using it."""

    def __init__(self) -> None:
        known = zstandard.ZstdCompressionDict(_DICTIONARY_1, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
        self.pack = zstandard.ZstdCompressor(level=3, dict_data=known, write_dict_id=False).compress
        self.unpack = zstandard.ZstdDecompressor(dict_data=known).decompress


_packers = _Packers()


def packed(body: bytes) -> bytes:
    """A body as it is stored."""
    return _FIRST + _packers.pack(body)


def unpacked(stored: bytes) -> bytes:
    """The body that was stored; what is not one of ours, because somebody changed it, comes back as it lies there."""
    frame = stored[1:]
    try:
        if stored[:1] == _FIRST and zstandard.frame_content_size(frame) <= LARGEST:
            return _packers.unpack(frame)
    except zstandard.ZstdError:
        return stored
    return stored
