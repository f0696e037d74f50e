"""A small API with guarded routes: ISSUER=… CLIENT_ID=… CLIENT_SECRET=… AUDIENCE=… uvicorn app:app --port …"""

from os import environ
from typing import Annotated, Any

from fastapi import Depends, FastAPI

from guard import Doorward

doorward = Doorward(environ["ISSUER"], environ["CLIENT_ID"], environ["CLIENT_SECRET"], environ["AUDIENCE"])
app = FastAPI()

RECORDS: dict[str, dict[str, Any]] = {
    "f-101": {"organisation": "northbeam", "region": "turkiye", "comment": "The new card arrived in two days. Wonderful."},
    "f-201": {"organisation": "northbeam", "region": "americas", "comment": "My card was blocked on a business trip."},
    "s-301": {"organisation": "southgate", "region": "emea", "comment": "Simple and quick."},
}


def record(id: str) -> dict[str, Any] | None:
    if id not in RECORDS:
        return None
    properties = {name: RECORDS[id][name] for name in ("organisation", "region")}
    return {"type": "feedback", "id": id, "properties": properties}


@app.get("/records/{id}")
async def show(id: str, grounds: Annotated[dict[str, Any], Depends(doorward.may("feedback:read", record))]):
    return RECORDS[id] | {"why": grounds["explanation"]}


@app.post("/records/{id}/answered", status_code=204, dependencies=[Depends(doorward.may("feedback:edit", record))])
async def answered(id: str) -> None:
    RECORDS[id]["answered"] = True
