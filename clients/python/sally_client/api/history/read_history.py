from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.history import History
from ...models.problem import Problem
from ...models.run_status import RunStatus
from ...models.sync_type import SyncType
from ...types import UNSET, Unset
from typing import cast
from uuid import UUID
import datetime



def _get_kwargs(
    integration_id: UUID,
    *,
    limit: int | Unset = 50,
    offset: int | Unset = 0,
    cursor: None | Unset | UUID = UNSET,
    status: None | RunStatus | Unset = UNSET,
    sync_type: None | SyncType | Unset = UNSET,
    flow_run_id: None | Unset | UUID = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    x_sally_tenant: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_sally_tenant, Unset):
        headers["X-Sally-Tenant"] = x_sally_tenant



    

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["offset"] = offset

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    elif isinstance(cursor, UUID):
        json_cursor = str(cursor)
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    json_status: None | str | Unset
    if isinstance(status, Unset):
        json_status = UNSET
    elif isinstance(status, RunStatus):
        json_status = status.value
    else:
        json_status = status
    params["status"] = json_status

    json_sync_type: None | str | Unset
    if isinstance(sync_type, Unset):
        json_sync_type = UNSET
    elif isinstance(sync_type, SyncType):
        json_sync_type = sync_type.value
    else:
        json_sync_type = sync_type
    params["sync_type"] = json_sync_type

    json_flow_run_id: None | str | Unset
    if isinstance(flow_run_id, Unset):
        json_flow_run_id = UNSET
    elif isinstance(flow_run_id, UUID):
        json_flow_run_id = str(flow_run_id)
    else:
        json_flow_run_id = flow_run_id
    params["flow_run_id"] = json_flow_run_id

    json_since: None | str | Unset
    if isinstance(since, Unset):
        json_since = UNSET
    elif isinstance(since, datetime.datetime):
        json_since = since.isoformat()
    else:
        json_since = since
    params["since"] = json_since


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/integrations/{integration_id}/sync-history".format(integration_id=quote(str(integration_id), safe=""),),
        "params": params,
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> History | Problem | None:
    if response.status_code == 200:
        response_200 = History.from_dict(response.json())



        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())



        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())



        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())



        return response_404

    if response.status_code == 405:
        response_405 = Problem.from_dict(response.json())



        return response_405

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())



        return response_422

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())



        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[History | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    integration_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    offset: int | Unset = 0,
    cursor: None | Unset | UUID = UNSET,
    status: None | RunStatus | Unset = UNSET,
    sync_type: None | SyncType | Unset = UNSET,
    flow_run_id: None | Unset | UUID = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[History | Problem]:
    """ Read History

     Every sync, the newest first.

    Args:
        integration_id (UUID):
        limit (int | Unset): How many at the most. Default: 50.
        offset (int | Unset): How many to leave out. Default: 0.
        cursor (None | Unset | UUID): The next_cursor of the page before.
        status (None | RunStatus | Unset):
        sync_type (None | SyncType | Unset):
        flow_run_id (None | Unset | UUID):
        since (datetime.datetime | None | Unset): Only syncs that began then or later.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[History | Problem]
     """


    kwargs = _get_kwargs(
        integration_id=integration_id,
limit=limit,
offset=offset,
cursor=cursor,
status=status,
sync_type=sync_type,
flow_run_id=flow_run_id,
since=since,
x_sally_tenant=x_sally_tenant,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    integration_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    offset: int | Unset = 0,
    cursor: None | Unset | UUID = UNSET,
    status: None | RunStatus | Unset = UNSET,
    sync_type: None | SyncType | Unset = UNSET,
    flow_run_id: None | Unset | UUID = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    x_sally_tenant: None | str | Unset = UNSET,

) -> History | Problem | None:
    """ Read History

     Every sync, the newest first.

    Args:
        integration_id (UUID):
        limit (int | Unset): How many at the most. Default: 50.
        offset (int | Unset): How many to leave out. Default: 0.
        cursor (None | Unset | UUID): The next_cursor of the page before.
        status (None | RunStatus | Unset):
        sync_type (None | SyncType | Unset):
        flow_run_id (None | Unset | UUID):
        since (datetime.datetime | None | Unset): Only syncs that began then or later.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        History | Problem
     """


    return sync_detailed(
        integration_id=integration_id,
client=client,
limit=limit,
offset=offset,
cursor=cursor,
status=status,
sync_type=sync_type,
flow_run_id=flow_run_id,
since=since,
x_sally_tenant=x_sally_tenant,

    ).parsed

async def asyncio_detailed(
    integration_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    offset: int | Unset = 0,
    cursor: None | Unset | UUID = UNSET,
    status: None | RunStatus | Unset = UNSET,
    sync_type: None | SyncType | Unset = UNSET,
    flow_run_id: None | Unset | UUID = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[History | Problem]:
    """ Read History

     Every sync, the newest first.

    Args:
        integration_id (UUID):
        limit (int | Unset): How many at the most. Default: 50.
        offset (int | Unset): How many to leave out. Default: 0.
        cursor (None | Unset | UUID): The next_cursor of the page before.
        status (None | RunStatus | Unset):
        sync_type (None | SyncType | Unset):
        flow_run_id (None | Unset | UUID):
        since (datetime.datetime | None | Unset): Only syncs that began then or later.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[History | Problem]
     """


    kwargs = _get_kwargs(
        integration_id=integration_id,
limit=limit,
offset=offset,
cursor=cursor,
status=status,
sync_type=sync_type,
flow_run_id=flow_run_id,
since=since,
x_sally_tenant=x_sally_tenant,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    integration_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    offset: int | Unset = 0,
    cursor: None | Unset | UUID = UNSET,
    status: None | RunStatus | Unset = UNSET,
    sync_type: None | SyncType | Unset = UNSET,
    flow_run_id: None | Unset | UUID = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    x_sally_tenant: None | str | Unset = UNSET,

) -> History | Problem | None:
    """ Read History

     Every sync, the newest first.

    Args:
        integration_id (UUID):
        limit (int | Unset): How many at the most. Default: 50.
        offset (int | Unset): How many to leave out. Default: 0.
        cursor (None | Unset | UUID): The next_cursor of the page before.
        status (None | RunStatus | Unset):
        sync_type (None | SyncType | Unset):
        flow_run_id (None | Unset | UUID):
        since (datetime.datetime | None | Unset): Only syncs that began then or later.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        History | Problem
     """


    return (await asyncio_detailed(
        integration_id=integration_id,
client=client,
limit=limit,
offset=offset,
cursor=cursor,
status=status,
sync_type=sync_type,
flow_run_id=flow_run_id,
since=since,
x_sally_tenant=x_sally_tenant,

    )).parsed
